package main

import "golang.org/x/sys/unix"

const (
	// sharedMemory is Linux's file system in memory.
	sharedMemory = "/dev/shm"
	// memoryNeeded is how many bytes must be free in it. All tests together use about 1 GiB. Containers often allow
	// 64 MiB only.
	memoryNeeded = 4 << 30
)

// memoryDir returns a directory in memory, or "" if there is none with enough space that may hold programs.
func memoryDir() string {
	var system unix.Statfs_t
	if err := unix.Statfs(sharedMemory, &system); err != nil || system.Flags&unix.ST_NOEXEC != 0 {
		return ""
	}
	if free := system.Bavail * uint64(system.Bsize); free < memoryNeeded || unix.Access(sharedMemory, unix.W_OK) != nil {
		return ""
	}
	return sharedMemory
}
