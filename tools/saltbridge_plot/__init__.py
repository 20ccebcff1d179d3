"""What tools/saltbridge-plot draws: one file for each kind of picture."""
