module fakes

go 1.26.0
