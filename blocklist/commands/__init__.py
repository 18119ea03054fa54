"""The list side's subcommands, one module each; they parse options, call one function, print."""
