# Has Cloud Run build the functions' images. Its API has a call for it, which gcloud run deploy makes too, and Terraform's
# provider has none: the build_config of a service only notes what was built
# (https://github.com/hashicorp/terraform-provider-google/issues/22263).

resource "terraform_data" "image" {
  for_each         = var.requests
  triggers_replace = each.value.imageUri

  provisioner "local-exec" {
    command     = "sh ${path.module}/build.sh"
    environment = { PARENT = var.parent, REQUEST = jsonencode(each.value) }
  }
}
