/// Where `-errno` becomes a Winsock code.
package dev.overlapped.error;
