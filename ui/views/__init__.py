"""What each page shows, as frames ready to draw: chosen, joined and named; the figures themselves come from data and analytics."""
