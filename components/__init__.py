"""What a stack is made of: one component resource per file, and the providers that they use.

Components take settings and outputs of other components; none of them reads config. They name every
resource by the stack's own words, so that a preview reads like the stack file.

They import one another relatively: where the kit is installed they are `genaikeys.components`, because
programs of others have components of their own.
"""
