"""The local OCI seen by other people's clients: the official SDK and CLI, OpenAI's SDK, LangChain, curl."""
