/*
 * The calls that programs make by the thousand, without cffi's cost for each argument: put, get, stat, exists, delete,
 * reading and writing streams, and the conversion of results into Python objects. All others go through cffi.
 *
 * Stores, readers and writers come as the integers that their handles are (the library checks them), option structs as
 * addresses of memory that the caller keeps, 0 for the defaults. Every call that can wait runs without the GIL.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <coffer.h>
#include <datetime.h>
#include <structmember.h>
#include <string.h>

/* Given by configure(): classes of the package, and what makes an exception of a coffer_error. */
static PyTypeObject *info_type, *entry_type, *outcome_type;
static PyObject *metadata_type, *no_metadata, *make_error, *bad_key;

/* ---- records --------------------------------------------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    PyObject *key, *size, *etag, *last_modified, *metadata, *version, *storage_class, *checksum_algorithm,
        *checksum;
} InfoObject;

#define INFO_FIELDS 9

static PyMemberDef info_members[] = {
    {"key", T_OBJECT_EX, offsetof(InfoObject, key), READONLY, "The object's key."},
    {"size", T_OBJECT_EX, offsetof(InfoObject, size), READONLY, "Its size in bytes: of the whole object, also where a range was read."},
    {"etag", T_OBJECT_EX, offsetof(InfoObject, etag), READONLY, "The name of its contents, without quotes; None where the service gave none."},
    {"last_modified", T_OBJECT_EX, offsetof(InfoObject, last_modified), READONLY, "When it was last written, in UTC; None where the service does not say."},
    {"metadata", T_OBJECT_EX, offsetof(InfoObject, metadata), READONLY, "What is stored beside the bytes. Empty in listings."},
    {"version", T_OBJECT_EX, offsetof(InfoObject, version), READONLY, "The version, on stores that keep versions."},
    {"storage_class", T_OBJECT_EX, offsetof(InfoObject, storage_class), READONLY, "The storage class, where the service has several."},
    {"checksum_algorithm", T_OBJECT_EX, offsetof(InfoObject, checksum_algorithm), READONLY, "How `checksum` was computed, for instance crc64nvme; None where there is none."},
    {"checksum", T_OBJECT_EX, offsetof(InfoObject, checksum), READONLY, "A checksum of the contents in Base64, with - and a number behind it if it is one of the checksums of so many parts."},
    {NULL, 0, 0, 0, NULL}};

typedef struct {
    PyObject_HEAD
    PyObject *name, *object;
} EntryObject;

static PyMemberDef entry_members[] = {
    {"name", T_OBJECT_EX, offsetof(EntryObject, name), READONLY, "The key, or the common beginning of several keys, delimiter included."},
    {"object", T_OBJECT_EX, offsetof(EntryObject, object), READONLY, "The object; None if this is a common beginning."},
    {NULL, 0, 0, 0, NULL}};

static PyMemberDef outcome_members[] = {
    {"key", T_OBJECT_EX, offsetof(EntryObject, name), READONLY, "The key as it was given."},
    {"error", T_OBJECT_EX, offsetof(EntryObject, object), READONLY, "Why it failed; None if it worked."},
    {NULL, 0, 0, 0, NULL}};

/* All three records are nothing but pointers to objects after the head. */
static PyObject *record_new(PyTypeObject *type, PyObject *arguments, PyObject *keywords, PyMemberDef *members)
{
    if (keywords && PyDict_GET_SIZE(keywords)) {
        PyErr_Format(PyExc_TypeError, "%s takes no keyword arguments", type->tp_name);
        return NULL;
    }
    Py_ssize_t count = 0;
    while (members[count].name) count++;
    if (PyTuple_GET_SIZE(arguments) != count) {
        PyErr_Format(PyExc_TypeError, "%s takes %zd arguments", type->tp_name, count);
        return NULL;
    }
    PyObject *self = type->tp_alloc(type, 0);
    if (!self) return NULL;
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *value = PyTuple_GET_ITEM(arguments, i);
        Py_INCREF(value);
        *(PyObject **)((char *)self + members[i].offset) = value;
    }
    return self;
}

static void record_free(PyObject *self, PyMemberDef *members)
{
    PyTypeObject *type = Py_TYPE(self);
    for (; members->name; members++) Py_XDECREF(*(PyObject **)((char *)self + members->offset));
    type->tp_free(self);
    Py_DECREF(type);
}

#define RECORD(name, struct_type, doc)                                                                                 \
    static PyObject *name##_new(PyTypeObject *type, PyObject *arguments, PyObject *keywords)                           \
    {                                                                                                                  \
        return record_new(type, arguments, keywords, name##_members);                                                  \
    }                                                                                                                  \
    static void name##_dealloc(PyObject *self) { record_free(self, name##_members); }                                  \
    static PyType_Slot name##_slots[] = {{Py_tp_new, name##_new},                                                      \
                                         {Py_tp_dealloc, name##_dealloc},                                              \
                                         {Py_tp_members, name##_members},                                              \
                                         {Py_tp_doc, doc},                                                             \
                                         {0, NULL}};                                                                   \
    static PyType_Spec name##_spec = {"coffer._fast." #name, sizeof(struct_type), 0,                                   \
                                      Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, name##_slots};

RECORD(info, InfoObject, "The fields of coffer.ObjectInfo.")
RECORD(entry, EntryObject, "The fields of coffer.ListEntry.")
RECORD(outcome, EntryObject, "The fields of coffer.DeleteOutcome.")

/* ---- conversions ----------------------------------------------------------------------------------------------- */

static PyObject *text_or_none(const char *text)
{
    if (!text) Py_RETURN_NONE;
    return PyUnicode_DecodeUTF8(text, (Py_ssize_t)strlen(text), NULL);
}

/* The civil date of a day number; Howard Hinnant's days_from_civil, the other way round. */
static PyObject *timestamp(int64_t seconds, int32_t nanoseconds)
{
    int64_t days = seconds / 86400, rest = seconds % 86400;
    if (rest < 0) rest += 86400, days--;
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t doe = days - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    int64_t month = mp < 10 ? mp + 3 : mp - 9;
    int64_t year = yoe + era * 400 + (month <= 2);
    if (year < 1 || year > 9999) Py_RETURN_NONE; /* nothing that datetime could hold */
    return PyDateTimeAPI->DateTime_FromDateAndTime(
        (int)year, (int)month, (int)(doy - (153 * mp + 2) / 5 + 1), (int)(rest / 3600), (int)(rest / 60 % 60),
        (int)(rest % 60), nanoseconds / 1000, PyDateTime_TimeZone_UTC, PyDateTimeAPI->DateTimeType);
}

static PyObject *metadata_of(const coffer_metadata *given)
{
    if (!given || !(given->content_type || given->content_disposition || given->content_encoding ||
                    given->content_language || given->cache_control || given->user_count)) {
        Py_INCREF(no_metadata);
        return no_metadata;
    }
    PyObject *user = PyDict_New();
    if (!user) return NULL;
    for (size_t i = 0; i < given->user_count; i++) {
        PyObject *value = text_or_none(given->user[i].value);
        if (!value || PyDict_SetItemString(user, given->user[i].name, value) < 0) {
            Py_XDECREF(value);
            Py_DECREF(user);
            return NULL;
        }
        Py_DECREF(value);
    }
    PyObject *result = PyObject_CallFunction(
        metadata_type, "zzzzzN", given->content_type, given->content_disposition, given->content_encoding,
        given->content_language, given->cache_control, user);
    return result;
}

/* `key`: the key as an object, if there is one already; else made of the record's. */
static PyObject *info_of(const coffer_info *given, PyObject *key)
{
    InfoObject *self = (InfoObject *)info_type->tp_alloc(info_type, 0);
    if (!self) return NULL;
    if (key) Py_INCREF(key);
    self->key = key ? key : text_or_none(given->key);
    self->size = PyLong_FromLongLong(given->size);
    self->etag = text_or_none(given->etag);
    if (given->has_last_modified) {
        self->last_modified = timestamp(given->last_modified, given->last_modified_ns);
    } else {
        Py_INCREF(Py_None);
        self->last_modified = Py_None;
    }
    self->metadata = metadata_of(given->metadata);
    self->version = text_or_none(given->version);
    self->storage_class = text_or_none(given->storage_class);
    self->checksum_algorithm = text_or_none(given->checksum_algorithm);
    self->checksum = text_or_none(given->checksum);
    if (self->key && self->size && self->etag && self->last_modified && self->metadata && self->version &&
        self->storage_class && self->checksum_algorithm && self->checksum)
        return (PyObject *)self;
    Py_DECREF(self);
    return NULL;
}

static PyObject *fail(coffer_error *error)
{
    if (!error) return PyErr_NoMemory(); /* there was no memory even for the error */
    PyObject *address = PyLong_FromVoidPtr(error);
    PyObject *exception = address ? PyObject_CallFunctionObjArgs(make_error, address, NULL) : NULL;
    Py_XDECREF(address);
    if (exception) {
        PyErr_SetObject((PyObject *)Py_TYPE(exception), exception);
        Py_DECREF(exception);
    }
    return NULL;
}

/* ---- arguments ------------------------------------------------------------------------------------------------- */

static int check_count(const char *name, Py_ssize_t given, Py_ssize_t wanted)
{
    if (given == wanted) return 1;
    PyErr_Format(PyExc_TypeError, "%s takes %zd arguments", name, wanted);
    return 0;
}

/* A key's UTF-8, lent by the object; NULL with an exception set. */
static const char *key_of(PyObject *key)
{
    if (!PyUnicode_Check(key)) {
        PyErr_Format(PyExc_TypeError, "a key is a str, not %.100s", Py_TYPE(key)->tp_name);
        return NULL;
    }
    Py_ssize_t size;
    const char *text = PyUnicode_AsUTF8AndSize(key, &size);
    if (!text) {
        if (!PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) return NULL;
        PyErr_Clear();
    } else if (strlen(text) == (size_t)size) {
        return text;
    }
    PyObject *exception = PyObject_CallFunctionObjArgs(bad_key, key, NULL);
    if (exception) {
        PyErr_SetObject((PyObject *)Py_TYPE(exception), exception);
        Py_DECREF(exception);
    }
    return NULL;
}

#define HANDLE(type, argument) ((type *)PyLong_AsVoidPtr(argument))
#define OPTIONS(type, argument) ((const type *)PyLong_AsVoidPtr(argument))

/* ---- calls ----------------------------------------------------------------------------------------------------- */

static PyObject *fast_put(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    (void)module;
    if (!check_count("put", count, 4)) return NULL;
    coffer_store *store = HANDLE(coffer_store, arguments[0]);
    const coffer_write_options *options = OPTIONS(coffer_write_options, arguments[3]);
    const char *key = key_of(arguments[1]);
    if (!key || PyErr_Occurred()) return NULL;
    Py_buffer data;
    if (PyObject_GetBuffer(arguments[2], &data, PyBUF_SIMPLE) < 0) return NULL;
    coffer_error *error = NULL;
    coffer_info *info = NULL;
    coffer_status status;
    Py_BEGIN_ALLOW_THREADS
    status = coffer_store_put(store, key, data.buf, (size_t)data.len, options, &info, &error);
    Py_END_ALLOW_THREADS
    PyBuffer_Release(&data);
    if (status != COFFER_OK) return fail(error);
    PyObject *result = info_of(info, arguments[1]);
    coffer_info_free(info);
    return result;
}

/* From this size on, copying and freeing memory is worth letting other threads run. */
#define LARGE ((size_t)256 << 10)

static PyObject *fast_get(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    (void)module;
    if (!check_count("get", count, 3)) return NULL;
    coffer_store *store = HANDLE(coffer_store, arguments[0]);
    const coffer_read_options *options = OPTIONS(coffer_read_options, arguments[2]);
    const char *key = key_of(arguments[1]);
    if (!key || PyErr_Occurred()) return NULL;
    coffer_error *error = NULL;
    coffer_buffer *buffer = NULL;
    coffer_status status;
    Py_BEGIN_ALLOW_THREADS
    status = coffer_store_get(store, key, options, &buffer, NULL, &error);
    Py_END_ALLOW_THREADS
    if (status != COFFER_OK) return fail(error);
    if (buffer->size < LARGE) {
        PyObject *small = PyBytes_FromStringAndSize(buffer->data, (Py_ssize_t)buffer->size);
        coffer_buffer_free(buffer);
        return small;
    }
    PyObject *result = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)buffer->size);
    Py_BEGIN_ALLOW_THREADS
    if (result) memcpy(PyBytes_AS_STRING(result), buffer->data, buffer->size);
    coffer_buffer_free(buffer);
    Py_END_ALLOW_THREADS
    return result;
}

static PyObject *fast_stat(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    (void)module;
    if (!check_count("stat", count, 3)) return NULL;
    coffer_store *store = HANDLE(coffer_store, arguments[0]);
    const coffer_read_options *options = OPTIONS(coffer_read_options, arguments[2]);
    const char *key = key_of(arguments[1]);
    if (!key || PyErr_Occurred()) return NULL;
    coffer_error *error = NULL;
    coffer_info *info = NULL;
    coffer_status status;
    Py_BEGIN_ALLOW_THREADS
    status = coffer_store_stat(store, key, options, &info, &error);
    Py_END_ALLOW_THREADS
    if (status != COFFER_OK) return fail(error);
    PyObject *result = info_of(info, arguments[1]);
    coffer_info_free(info);
    return result;
}

static PyObject *fast_exists(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    (void)module;
    if (!check_count("exists", count, 2)) return NULL;
    coffer_store *store = HANDLE(coffer_store, arguments[0]);
    const char *key = key_of(arguments[1]);
    if (!key || PyErr_Occurred()) return NULL;
    coffer_error *error = NULL;
    bool exists = false;
    coffer_status status;
    Py_BEGIN_ALLOW_THREADS
    status = coffer_store_exists(store, key, &exists, &error);
    Py_END_ALLOW_THREADS
    return status == COFFER_OK ? PyBool_FromLong(exists) : fail(error);
}

static PyObject *fast_delete(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    (void)module;
    if (!check_count("delete", count, 3)) return NULL;
    coffer_store *store = HANDLE(coffer_store, arguments[0]);
    const coffer_delete_options *options = OPTIONS(coffer_delete_options, arguments[2]);
    const char *key = key_of(arguments[1]);
    if (!key || PyErr_Occurred()) return NULL;
    coffer_error *error = NULL;
    coffer_status status;
    Py_BEGIN_ALLOW_THREADS
    status = coffer_store_delete(store, key, options, &error);
    Py_END_ALLOW_THREADS
    if (status != COFFER_OK) return fail(error);
    Py_RETURN_NONE;
}

static PyObject *record_pair(PyTypeObject *type, PyObject *first, PyObject *second)
{
    EntryObject *self = first && second ? (EntryObject *)type->tp_alloc(type, 0) : NULL;
    if (!self) {
        Py_XDECREF(first);
        Py_XDECREF(second);
        return NULL;
    }
    self->name = first;
    self->object = second;
    return (PyObject *)self;
}

static PyObject *fast_delete_many(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    (void)module;
    if (!check_count("delete_many", count, 2)) return NULL;
    coffer_store *store = HANDLE(coffer_store, arguments[0]);
    if (PyErr_Occurred()) return NULL;
    PyObject *keys = arguments[1]; /* a tuple, so that no other thread can change it */
    if (!PyTuple_Check(keys)) return PyErr_Format(PyExc_TypeError, "delete_many takes a tuple of keys");
    Py_ssize_t size = PyTuple_GET_SIZE(keys);
    const char **texts = PyMem_New(const char *, size ? size : 1);
    if (!texts) return PyErr_NoMemory();
    for (Py_ssize_t i = 0; i < size; i++) {
        if (!(texts[i] = key_of(PyTuple_GET_ITEM(keys, i)))) {
            PyMem_Free((void *)texts);
            return NULL;
        }
    }
    coffer_error *error = NULL;
    coffer_outcomes *outcomes = NULL;
    coffer_status status;
    Py_BEGIN_ALLOW_THREADS
    status = coffer_store_delete_many(store, texts, (size_t)size, &outcomes, &error);
    Py_END_ALLOW_THREADS
    PyMem_Free((void *)texts);
    if (status != COFFER_OK) return fail(error);
    PyObject *list = PyList_New(size);
    for (Py_ssize_t i = 0; list && i < size; i++) {
        const coffer_error *reason = (size_t)i < outcomes->outcome_count ? outcomes->outcomes[i]->error : NULL;
        PyObject *key = PyTuple_GET_ITEM(keys, i), *why = Py_None;
        Py_INCREF(key);
        if (reason) {
            PyObject *address = PyLong_FromVoidPtr((void *)reason);
            /* The error belongs to the list of outcomes: the second argument says that it is not to be freed. */
            why = address ? PyObject_CallFunctionObjArgs(make_error, address, Py_False, NULL) : NULL;
            Py_XDECREF(address);
        } else {
            Py_INCREF(why);
        }
        PyObject *outcome = record_pair(outcome_type, key, why);
        if (outcome) PyList_SET_ITEM(list, i, outcome);
        else Py_CLEAR(list);
    }
    coffer_outcomes_free(outcomes);
    return list;
}

static PyObject *fast_info(PyObject *module, PyObject *address)
{
    (void)module;
    const coffer_info *info = PyLong_AsVoidPtr(address);
    if (!info) return PyErr_Occurred() ? NULL : PyErr_Format(PyExc_ValueError, "there is no info at 0");
    return info_of(info, NULL);
}

static PyObject *fast_entries(PyObject *module, PyObject *address)
{
    (void)module;
    const coffer_list_page *page = PyLong_AsVoidPtr(address);
    if (!page) return PyErr_Occurred() ? NULL : PyErr_Format(PyExc_ValueError, "there is no page at 0");
    PyObject *list = PyList_New((Py_ssize_t)page->entry_count);
    for (size_t i = 0; list && i < page->entry_count; i++) {
        const coffer_list_entry *given = page->entries[i];
        PyObject *name = text_or_none(given->name), *object = Py_None;
        if (given->object && name) object = info_of(given->object, name);
        else Py_INCREF(object);
        PyObject *entry = record_pair(entry_type, name, object);
        if (entry) PyList_SET_ITEM(list, (Py_ssize_t)i, entry);
        else Py_CLEAR(list);
    }
    return list;
}

static PyObject *fast_read_into(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    (void)module;
    if (!check_count("read_into", count, 2)) return NULL;
    coffer_reader *reader = HANDLE(coffer_reader, arguments[0]);
    if (PyErr_Occurred()) return NULL;
    Py_buffer target;
    if (PyObject_GetBuffer(arguments[1], &target, PyBUF_WRITABLE) < 0) return NULL;
    coffer_error *error = NULL;
    size_t size = 0;
    coffer_status status;
    Py_BEGIN_ALLOW_THREADS
    status = coffer_reader_read(reader, target.buf, (size_t)target.len, &size, &error);
    Py_END_ALLOW_THREADS
    PyBuffer_Release(&target);
    return status == COFFER_OK ? PyLong_FromSize_t(size) : fail(error);
}

/* Up to `wanted` bytes; fewer only at the end of what the reader covers. */
static PyObject *fast_read_bytes(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    (void)module;
    if (!check_count("read_bytes", count, 2)) return NULL;
    coffer_reader *reader = HANDLE(coffer_reader, arguments[0]);
    Py_ssize_t wanted = PyLong_AsSsize_t(arguments[1]);
    if (PyErr_Occurred()) return NULL;
    PyObject *result = PyBytes_FromStringAndSize(NULL, wanted);
    if (!result) return NULL;
    coffer_error *error = NULL;
    coffer_status status = COFFER_OK;
    char *place = PyBytes_AS_STRING(result);
    size_t filled = 0, got = 1;
    Py_BEGIN_ALLOW_THREADS
    while (status == COFFER_OK && got && filled < (size_t)wanted) {
        status = coffer_reader_read(reader, place + filled, (size_t)wanted - filled, &got, &error);
        filled += got;
    }
    Py_END_ALLOW_THREADS
    if (status != COFFER_OK) {
        Py_DECREF(result);
        return fail(error);
    }
    if (filled < (size_t)wanted) _PyBytes_Resize(&result, (Py_ssize_t)filled);
    return result;
}

static PyObject *fast_write(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    (void)module;
    if (!check_count("write", count, 2)) return NULL;
    coffer_writer *writer = HANDLE(coffer_writer, arguments[0]);
    if (PyErr_Occurred()) return NULL;
    Py_buffer data;
    if (PyObject_GetBuffer(arguments[1], &data, PyBUF_SIMPLE) < 0) return NULL;
    Py_ssize_t size = data.len;
    coffer_error *error = NULL;
    coffer_status status;
    Py_BEGIN_ALLOW_THREADS
    status = coffer_writer_write(writer, data.buf, (size_t)data.len, &error);
    Py_END_ALLOW_THREADS
    PyBuffer_Release(&data);
    return status == COFFER_OK ? PyLong_FromSsize_t(size) : fail(error);
}

static PyObject *fast_configure(PyObject *module, PyObject *arguments)
{
    (void)module;
    PyObject *info, *entry, *outcome;
    if (!PyArg_ParseTuple(arguments, "O!O!O!OOOO", &PyType_Type, &info, &PyType_Type, &entry, &PyType_Type, &outcome,
                          &metadata_type, &no_metadata, &make_error, &bad_key))
        return NULL;
    Py_INCREF(arguments); /* keeps all of them for ever */
    info_type = (PyTypeObject *)info;
    entry_type = (PyTypeObject *)entry;
    outcome_type = (PyTypeObject *)outcome;
    Py_RETURN_NONE;
}

#define FAST(name, doc) {#name, (PyCFunction)(void (*)(void))fast_##name, METH_FASTCALL, doc}
static PyMethodDef methods[] = {
    FAST(put, "put(store, key, data, options) -> ObjectInfo"),
    FAST(get, "get(store, key, options) -> bytes"),
    FAST(stat, "stat(store, key, options) -> ObjectInfo"),
    FAST(exists, "exists(store, key) -> bool"),
    FAST(delete, "delete(store, key, options)"),
    FAST(delete_many, "delete_many(store, keys) -> list of outcomes"),
    FAST(read_into, "read_into(reader, buffer) -> number of bytes"),
    FAST(read_bytes, "read_bytes(reader, count) -> bytes"),
    FAST(write, "write(writer, data) -> number of bytes"),
    {"info", fast_info, METH_O, "info(address) -> ObjectInfo"},
    {"entries", fast_entries, METH_O, "entries(address of a page) -> list of entries"},
    {"configure", fast_configure, METH_VARARGS, "Tells the classes and functions of the package that this module uses."},
    {NULL, NULL, 0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "coffer._fast", "The frequent calls; see coffer.Store.", -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__fast(void)
{
    PyDateTime_IMPORT;
    if (!PyDateTimeAPI) return NULL;
    PyObject *module = PyModule_Create(&definition);
    struct {
        const char *name;
        PyType_Spec *spec;
    } types[] = {{"Info", &info_spec}, {"Entry", &entry_spec}, {"Outcome", &outcome_spec}};
    for (size_t i = 0; module && i < sizeof types / sizeof *types; i++) {
        PyObject *type = PyType_FromSpec(types[i].spec);
        if (!type || PyModule_AddObject(module, types[i].name, type) < 0) {
            Py_XDECREF(type);
            Py_CLEAR(module);
        }
    }
    return module;
}
