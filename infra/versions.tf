terraform {
  required_version = ">= 1.9" # validations that look at other variables

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "~> 7.46"
    }
    archive = {
      source  = "hashicorp/archive"
      version = "~> 2.8"
    }
    random = { # made keys once; what a state still knows of them is forgotten (removed.tf)
      source  = "hashicorp/random"
      version = "~> 3.7"
    }
  }

  # The bucket is made by bootstrap.sh and given at init: -backend-config=bucket=PROJECT-terraform
  backend "gcs" {
    prefix = "calendar-conference-sync"
  }
}

provider "google" {
  project = var.project
  region  = var.region

  default_labels = merge(var.labels, { application = "calendar-conference-sync" })
}

data "google_project" "this" {
  project_id = var.project
}
