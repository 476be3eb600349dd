/// The command `./overlapped simulate`: random programs by the thousand, on the engine as it is or with a
/// fault planted in it.
package dev.overlapped.trust.simulate;
