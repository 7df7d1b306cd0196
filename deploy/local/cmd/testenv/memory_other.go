//go:build !linux

package main

// memoryDir returns a directory in memory, or "" if there is none.
func memoryDir() string { return "" }
