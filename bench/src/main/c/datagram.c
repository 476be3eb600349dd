/* Echo of datagrams by blocking calls, one at a time: datagram DATAGRAM BUFFER ...
   Ends with its standard input, which a second thread reads. */
#define _GNU_SOURCE
#include "serve.h"

#include <pthread.h>

static void *end_with_input(void *unused) {
  char ignored[256];
  while (read(STDIN_FILENO, ignored, sizeof ignored) > 0) {
  }
  exit(0);
  return unused;
}

int main(int count, char **words) {
  if (count < 3) {
    return 2;
  }
  int buffer_bytes = atoi(words[2]);
  char *buffer = malloc(buffer_bytes);
  int server = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  if (buffer == NULL || server < 0 || bind(server, (struct sockaddr *)&address, length) < 0 ||
      getsockname(server, (struct sockaddr *)&address, &length) < 0) {
    fail("bind");
  }
  pthread_t reader;
  if (pthread_create(&reader, NULL, end_with_input, NULL) != 0) {
    fail("pthread_create");
  }
  printf("listening on %d\n", ntohs(address.sin_port));
  fflush(stdout);
  for (;;) {
    struct sockaddr_in sender;
    length = sizeof sender;
    ssize_t received = recvfrom(server, buffer, buffer_bytes, 0, (struct sockaddr *)&sender, &length);
    /* A client that has gone is told of by the next call; the one after that is about something else. */
    if (received >= 0) {
      sendto(server, buffer, received, 0, (struct sockaddr *)&sender, length);
    }
  }
}
