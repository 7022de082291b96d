"""What ends with each certificate and CA, and when."""
