"""From a shared link to a verdict: fetch safely, read like a person, judge with reasons."""
