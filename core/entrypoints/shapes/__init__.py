"""What programs send and are shown, over HTTP and MCP alike: one shape for each thing. Computes nothing."""
