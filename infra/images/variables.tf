variable "parent" {
  description = "Where is built: projects/PROJECT/locations/REGION."
  type        = string
}

variable "requests" {
  description = "For each image the call's body; an image is built anew if it is called otherwise."
  type        = map(any)
}
