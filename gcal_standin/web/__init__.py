"""HTTP around the model: routes, parameters, masks, faults, notifications."""
