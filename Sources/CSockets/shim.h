// What Swift's Glibc module leaves out: epoll, eventfd, sendfile, and calls that take C unions or flags.
#ifndef COFFER_SOCKETS_SHIM_H
#define COFFER_SOCKETS_SHIM_H

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>

static inline int coffer_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }
static inline int coffer_epoll_add(int epoll, int descriptor, uint32_t events, uint64_t data) {
    struct epoll_event event = {.events = events, .data = {.u64 = data}};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event);
}
static inline int coffer_epoll_modify(int epoll, int descriptor, uint32_t events, uint64_t data) {
    struct epoll_event event = {.events = events, .data = {.u64 = data}};
    return epoll_ctl(epoll, EPOLL_CTL_MOD, descriptor, &event);
}
static inline int coffer_epoll_remove(int epoll, int descriptor) {
    struct epoll_event event = {0};
    return epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, &event);
}
static inline uint64_t coffer_epoll_data(const struct epoll_event *event) { return event->data.u64; }
static inline uint32_t coffer_epoll_events(const struct epoll_event *event) { return event->events; }
static inline int coffer_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

static const uint32_t coffer_epoll_in = EPOLLIN;
static const uint32_t coffer_epoll_out = EPOLLOUT;
static const uint32_t coffer_epoll_error = EPOLLERR;
static const uint32_t coffer_epoll_hangup = EPOLLHUP;
static const uint32_t coffer_epoll_peer_closed = EPOLLRDHUP;
static const uint32_t coffer_epoll_once = EPOLLONESHOT;

static inline int coffer_stream_socket(int family) {
    return socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
}
static inline ssize_t coffer_receive(int socket, void *target, size_t count) { return recv(socket, target, count, 0); }
static inline ssize_t coffer_peek(int socket, void *target, size_t count) {
    return recv(socket, target, count, MSG_PEEK | MSG_DONTWAIT);
}
static inline ssize_t coffer_send(int socket, const void *bytes, size_t count, int more) {
    return send(socket, bytes, count, MSG_NOSIGNAL | (more ? MSG_MORE : 0));
}
static inline ssize_t coffer_send_pieces(int socket, const struct iovec *pieces, size_t count, int more) {
    struct msghdr message = {.msg_iov = (struct iovec *)pieces, .msg_iovlen = count};
    return sendmsg(socket, &message, MSG_NOSIGNAL | (more ? MSG_MORE : 0));
}
static inline int coffer_set_option(int socket, int level, int option, int value) {
    return setsockopt(socket, level, option, &value, sizeof value);
}
static inline int coffer_socket_error(int socket) {
    int error = 0;
    socklen_t size = sizeof error;
    return getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : -1;
}

#endif
