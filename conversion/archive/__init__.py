"""Archives, unpacked under names of ours. Runs inside the sandbox."""
