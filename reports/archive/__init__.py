"""The whole out: everything of a plan as workbooks and files in one zip."""
