"""Who is who, by date: persons, employments, units, managers and HR, and how they come in."""
