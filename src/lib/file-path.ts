const windowsPath = /^[a-zA-Z]:\\(?:[^\\/:*?"<>|\r\n]+\\)*[^\\/:*?"<>|\r\n]*$/;

/** True for an absolute path: of Unix (anything without NUL), or of Windows with a drive letter. Kuma 2.5's rule. */
export const isFilePath = (text: string): boolean =>
  windowsPath.test(text) ? Buffer.byteLength(text) <= 32_770 : text.startsWith('/') && !text.includes('\0');
