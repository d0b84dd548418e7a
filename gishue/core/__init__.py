"""The ground floor: errors, settings, crs, database, blobs, jobs, events, access."""
