/* One connection after the other, on blocking calls: blocking ECHO|SEND BUFFER MESSAGE DEPTH PIECES.
   Ends with its standard input, which a second thread reads. */
#define _GNU_SOURCE
#include "serve.h"

#include <pthread.h>
#include <sys/uio.h>

enum { PIECES = 1024 };

static void *end_with_input(void *unused) {
  char ignored[256];
  while (read(STDIN_FILENO, ignored, sizeof ignored) > 0) {
  }
  exit(0);
  return unused;
}

static void echo(int socket, char *buffer, int buffer_bytes) {
  ssize_t received;
  while ((received = recv(socket, buffer, buffer_bytes, 0)) > 0) {
    if (send(socket, buffer, received, 0) != received) {
      return;
    }
  }
}

/* The content is that of StreamPattern. A call sends one message; that it takes less happens only at the end. */
static void send_messages(int socket, char *content, int message, int depth, int pieces) {
  struct iovec vector[PIECES];
  struct msghdr header = {.msg_iov = vector, .msg_iovlen = pieces};
  int piece = message / pieces;
  for (int i = 0;; i = i + 1 == depth ? 0 : i + 1) {
    char *start = content + (size_t)i * message;
    if (pieces == 1) {
      if (send(socket, start, message, 0) != message) {
        return;
      }
      continue;
    }
    for (int j = 0; j < pieces; j++) {
      vector[j].iov_base = start + (size_t)j * piece;
      vector[j].iov_len = piece;
    }
    if (sendmsg(socket, &header, 0) != message) {
      return;
    }
  }
}

int main(int count, char **words) {
  if (count < 6) {
    return 2;
  }
  int echoing = strcmp(words[1], "ECHO") == 0;
  int buffer_bytes = atoi(words[2]);
  int message = atoi(words[3]);
  int depth = atoi(words[4]);
  int pieces = atoi(words[5]);
  size_t bytes = echoing ? (size_t)buffer_bytes : (size_t)message * depth;
  char *memory = malloc(bytes);
  if (memory == NULL || pieces > PIECES) {
    fail("malloc");
  }
  for (size_t i = 0; i < bytes; i++) {
    memory[i] = (char)(i * 31 + (i >> 8));
  }
  pthread_t reader;
  if (pthread_create(&reader, NULL, end_with_input, NULL) != 0) {
    fail("pthread_create");
  }
  int listener = listening(0);
  for (;;) {
    int socket = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (socket < 0) {
      fail("accept4");
    }
    no_delay(socket);
    if (echoing) {
      echo(socket, memory, buffer_bytes);
    } else {
      send_messages(socket, memory, message, depth, pieces);
    }
    close(socket);
  }
}
