/// The verbs of a store, as errors, events and metrics name them.
public enum Operation: String, Sendable, Hashable, CaseIterable {
    /// Opening a store.
    case open
    /// Writing a whole object.
    case put
    /// Reading a whole object or a range.
    case get
    /// Reading as a stream.
    case read
    /// Writing as a stream.
    case write
    /// Asking for an object's metadata.
    case stat
    /// Asking whether an object exists.
    case exists
    /// Listing keys.
    case list
    /// Deleting objects.
    case delete
    /// Copying an object.
    case copy
    /// Moving an object.
    case move
    /// Making a presigned URL or form.
    case presign
    /// Asking who may read an object.
    case visibility
    /// Saying who may read an object.
    case setVisibility
    /// Making a URL without a signature.
    case publicURL
    /// Starting a multipart upload.
    case createUpload
    /// Uploading one part.
    case uploadPart
    /// Listing the parts of an upload.
    case listParts
    /// Completing a multipart upload.
    case completeUpload
    /// Aborting a multipart upload.
    case abortUpload
    /// Listing the open multipart uploads.
    case listUploads
    /// Listing the versions of objects.
    case listVersions
    /// Making an older version the current one.
    case restoreVersion
    /// Asking for or changing what objects are kept in, or whatever else only one driver has.
    case administer
    /// Asking for an object's tags.
    case tags
    /// Changing an object's tags.
    case setTags
    /// Asking for an object's retention.
    case retention
    /// Changing an object's retention.
    case setRetention
    /// Asking for an object's legal hold.
    case legalHold
    /// Changing an object's legal hold.
    case setLegalHold
    /// Making an archived object readable.
    case restore
    /// Closing a store.
    case close
}
