"""Demo data: people and sample reports made by rule from the plan, all under the banner."""
