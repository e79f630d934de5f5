"""What stacks may grant: templates of statements, the rendered texts, and the guardrails around both."""
