"""Operations: start it, watch it, check it. Knows processes and files, no business."""
