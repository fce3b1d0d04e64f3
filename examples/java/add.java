int callme(int param1, int param2) {
  return param1 + param2;
}
