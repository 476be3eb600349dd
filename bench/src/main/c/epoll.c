/* Echo on level-triggered epoll, one thread: epoll ECHO BUFFER ... Ends with its standard input. */
#define _GNU_SOURCE
#include "serve.h"

#include <sys/epoll.h>

enum { EVENTS = 512 };

struct connection {
  int socket;
  int position; /* What of the buffer has been sent back; */
  int length;   /* 0 while there is nothing to send. */
  char buffer[];
};

static int poller;
static int buffer_bytes;

static void watch(int operation, int socket, unsigned events, void *data) {
  struct epoll_event event = {.events = events, .data.ptr = data};
  if (epoll_ctl(poller, operation, socket, &event) < 0) {
    fail("epoll_ctl");
  }
}

static void accept_all(int listener) {
  for (;;) {
    int socket = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket < 0) {
      if (errno != EAGAIN && errno != ECONNABORTED && errno != EINTR) {
        fail("accept4");
      }
      return;
    }
    no_delay(socket);
    struct connection *connection = malloc(sizeof *connection + buffer_bytes);
    if (connection == NULL) {
      fail("malloc");
    }
    connection->socket = socket;
    connection->length = 0;
    watch(EPOLL_CTL_ADD, socket, EPOLLIN, connection);
  }
}

static void drop(struct connection *connection) {
  close(connection->socket);
  free(connection);
}

/* Sends what is left, and waits for room or for more to echo. */
static void answer(struct connection *connection, int was_waiting) {
  int left = connection->length - connection->position;
  ssize_t sent = send(connection->socket, connection->buffer + connection->position, left, 0);
  if (sent < 0 && errno != EAGAIN) {
    drop(connection);
    return;
  }
  connection->position += sent < 0 ? 0 : sent;
  if (connection->position < connection->length) {
    if (!was_waiting) {
      watch(EPOLL_CTL_MOD, connection->socket, EPOLLOUT, connection);
    }
    return;
  }
  connection->length = 0;
  if (was_waiting) {
    watch(EPOLL_CTL_MOD, connection->socket, EPOLLIN, connection);
  }
}

static void ready(struct connection *connection) {
  if (connection->length > 0) {
    answer(connection, 1);
    return;
  }
  ssize_t received = recv(connection->socket, connection->buffer, buffer_bytes, 0);
  if (received < 0 && errno == EAGAIN) {
    return;
  }
  if (received <= 0) {
    drop(connection);
    return;
  }
  connection->position = 0;
  connection->length = (int)received;
  answer(connection, 0);
}

int main(int count, char **words) {
  struct epoll_event events[EVENTS];
  static char input;
  if (count < 3) {
    return 2;
  }
  buffer_bytes = atoi(words[2]);
  poller = epoll_create1(EPOLL_CLOEXEC);
  int listener = listening(SOCK_NONBLOCK);
  watch(EPOLL_CTL_ADD, listener, EPOLLIN, NULL);
  watch(EPOLL_CTL_ADD, STDIN_FILENO, EPOLLIN, &input);
  for (;;) {
    int ready_count = epoll_wait(poller, events, EVENTS, -1);
    for (int i = 0; i < ready_count; i++) {
      if (events[i].data.ptr == NULL) {
        accept_all(listener);
      } else if (events[i].data.ptr == &input) {
        char ignored[256];
        if (read(STDIN_FILENO, ignored, sizeof ignored) <= 0) {
          return 0;
        }
      } else {
        ready(events[i].data.ptr);
      }
    }
  }
}
