"""The method, pure: data frames and a Scenario in, a Plan out (docs/method.md)."""
