FROM python:3.12-slim

RUN useradd --system --create-home --uid 10001 handoff
WORKDIR /app

COPY pyproject.toml constraints.txt README.md ./
COPY orchestrator ./orchestrator
COPY streams ./streams
COPY handoff_templates ./handoff_templates
COPY whatif ./whatif
RUN pip install --no-cache-dir -c constraints.txt .

USER handoff
ENTRYPOINT ["handoff"]
