"""A stand-in for the official `pulumi-resource-oci`, for machines that can't download it.

It answers Pulumi's provider protocol for the resource types that this kit uses and speaks OCI's REST API,
signed, over the same wire as the official plugin: through `HTTPS_PROXY`, trusting `custom_cert_location`. It
knows nothing of the local OCI behind that wire. Type tokens and property names: pulumi_oci 5.5.0. Paths,
states and the order of calls: terraform-provider-oci 8.28.0, on which the official plugin is built.

One resident process serves every provider instance of one PULUMI_HOME; a thin launcher stands for each one.
"""

VERSION = "5.5.0"
"""The version of pulumi_oci that it stands in for; the engine looks for the plugin under this number."""
