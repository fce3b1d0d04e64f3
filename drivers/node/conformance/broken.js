export function callme(: { // BROKEN HERE
}
