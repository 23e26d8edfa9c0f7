"""What several runs say together, and how sure that is; knows neither runs nor files."""
