"""Tables with places (CSV, XLSX, XLS, ODS) become layers. Runs inside the sandbox."""
