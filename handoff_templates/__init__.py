"""The words and rules of handoffs, as data, and their reader.

A kind of handoff is a folder here: its rules (`handoff.yaml`) and its three texts. A new kind is a copied
folder; `load()` checks the whole set and says everything that is wrong with it at once.
"""

from handoff_templates.loader import check, load
from handoff_templates.problems import Problem, TemplatesInvalid
from handoff_templates.words import TemplateError, TemplateWords

__all__ = ["Problem", "TemplateError", "TemplateWords", "TemplatesInvalid", "check", "load"]
