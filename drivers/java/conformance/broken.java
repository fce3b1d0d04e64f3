int callme() {
  return nothing; // BROKEN HERE
}
