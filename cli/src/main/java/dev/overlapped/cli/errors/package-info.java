/// `overlapped errors`: each error of the WSASend page, made to happen.
package dev.overlapped.cli.errors;
