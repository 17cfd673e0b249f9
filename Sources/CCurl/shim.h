// libcurl's setters take variable arguments, which Swift cannot call: one typed function for each kind of argument.
#ifndef COFFER_CURL_SHIM_H
#define COFFER_CURL_SHIM_H

#include <curl/curl.h>

static inline CURLcode coffer_curl_set_long(CURL *easy, CURLoption option, long value) {
    return (curl_easy_setopt)(easy, option, value);
}
static inline CURLcode coffer_curl_set_size(CURL *easy, CURLoption option, curl_off_t value) {
    return (curl_easy_setopt)(easy, option, value);
}
static inline CURLcode coffer_curl_set_pointer(CURL *easy, CURLoption option, const void *value) {
    return (curl_easy_setopt)(easy, option, value);
}
static inline CURLcode coffer_curl_set_string(CURL *easy, CURLoption option, const char *value) {
    return (curl_easy_setopt)(easy, option, value);
}
/// For CURLOPT_READFUNCTION, CURLOPT_WRITEFUNCTION and CURLOPT_HEADERFUNCTION.
static inline CURLcode coffer_curl_set_transfer(
    CURL *easy, CURLoption option, size_t (*function)(char *bytes, size_t size, size_t count, void *context)) {
    return (curl_easy_setopt)(easy, option, function);
}
static inline CURLcode coffer_curl_set_seek(
    CURL *easy, int (*function)(void *context, curl_off_t offset, int origin)) {
    return (curl_easy_setopt)(easy, CURLOPT_SEEKFUNCTION, function);
}
static inline CURLMcode coffer_curl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return (curl_multi_setopt)(multi, option, value);
}
static inline CURLMcode coffer_curl_multi_set_socket(
    CURLM *multi, int (*function)(CURL *easy, curl_socket_t socket, int what, void *context, void *assigned),
    void *context) {
    CURLMcode code = (curl_multi_setopt)(multi, CURLMOPT_SOCKETFUNCTION, function);
    return code != CURLM_OK ? code : (curl_multi_setopt)(multi, CURLMOPT_SOCKETDATA, context);
}
static inline CURLMcode coffer_curl_multi_set_timer(
    CURLM *multi, int (*function)(CURLM *multi, long milliseconds, void *context), void *context) {
    CURLMcode code = (curl_multi_setopt)(multi, CURLMOPT_TIMERFUNCTION, function);
    return code != CURLM_OK ? code : (curl_multi_setopt)(multi, CURLMOPT_TIMERDATA, context);
}
static inline void *coffer_curl_private(CURL *easy) {
    void *value = NULL;
    (curl_easy_getinfo)(easy, CURLINFO_PRIVATE, &value);
    return value;
}
static inline curl_off_t coffer_curl_info_size(CURL *easy, CURLINFO info) {
    curl_off_t value = 0;
    (curl_easy_getinfo)(easy, info, &value);
    return value;
}
static inline long coffer_curl_info_long(CURL *easy, CURLINFO info) {
    long value = 0;
    (curl_easy_getinfo)(easy, info, &value);
    return value;
}
static inline CURLcode coffer_curl_message_result(const CURLMsg *message) { return message->data.result; }

#endif
