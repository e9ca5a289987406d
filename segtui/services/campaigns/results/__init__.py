"""Results of campaigns: progress, reports, call history and exports."""
