"""Notifications -> webhooks: what a lead, a manager or an outside system is told, over HTTP.

```
topic ─► courier (one for each endpoint, with a consumer group of its own)
           └► round: the records under way, cases side by side, each case in order
                └► delivery: body ─► retries ─► poster ─► the endpoint
                                        └► undelivered: what it did not take
```

An offset is committed once the endpoint has taken the record, or it stands on the undelivered topic.
"""
