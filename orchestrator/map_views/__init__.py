"""The integration map as others read it: Mermaid, DOT, SVG, a page, a Backstage catalogue."""
