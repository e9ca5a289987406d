"""Terminal: what is sent to it: only what changed, in readable colours, in ASCII where it shows nothing else."""
