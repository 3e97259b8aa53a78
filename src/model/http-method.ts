/** Methods of HTTP as protobuf enumerates them; NONE is number 0 and counts as absent. */
export const httpMethods = [
  'NONE',
  'CONNECT',
  'DELETE',
  'GET',
  'HEAD',
  'OPTIONS',
  'PATCH',
  'POST',
  'PUT',
  'TRACE',
] as const;
