"""Readers of workbooks: XLSX, XLS and ODS."""
