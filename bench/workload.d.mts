export function fill(folder: string, count: number): Promise<void>;
