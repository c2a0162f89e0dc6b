"""Demo: a made-up organisation and a few made-up cases, built by the real actions."""
