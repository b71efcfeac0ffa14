"""What is trending: heat computed from the votes, and the snapshots that the front page shows."""
